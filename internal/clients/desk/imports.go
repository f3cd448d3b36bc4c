//go:build generated

package desk

import _ "github.com/oapi-codegen/runtime" // which the generated client imports
