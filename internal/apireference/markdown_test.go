package apireference_test

import (
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/apireference"
)

const document = `{
	"tags": [{"name": "pets"}],
	"paths": {
		"/pets/": {
			"get": {"summary": "List pets", "tags": ["pets"], "parameters": [
				{"name": "kind", "in": "query", "description": "Cats | dogs of <owner>.",
					"schema": {"type": "string", "enum": ["cat", "a|b"]}}],
				"responses": {
					"200": {"description": "The answer.", "headers": {"Vary": {}}, "content": {"application/json": {
						"schema": {"$ref": "#/components/schemas/PetList"},
						"examples": {"recorded": {"value": {"results": [{"name": "Tom"}]}}}}}},
					"404": {"$ref": "#/components/responses/NotFound"}}},
			"head": {"summary": "Check pets"},
			"post": {"summary": "Create pet", "tags": ["pets"], "requestBody": {"content": {
				"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}, "examples": {"recorded": {"value": {"name": "Rex"}}}},
				"text/plain": {"schema": {"$ref": "#/components/schemas/Pet"}},
				"multipart/form-data": {"schema": {"$ref": "#/components/schemas/PetForm"}}}},
				"responses": {"204": {"description": "It was done."}}}
		},
		"/pets/{id}/": {
			"parameters": [{"name": "id", "in": "path", "description": "The id.", "schema": {"type": "integer", "format": "int64"}}],
			"delete": {"summary": "Delete pet", "tags": ["pets"], "responses": {"204": {"description": "It was done."}}}
		}
	},
	"components": {
		"schemas": {
			"Pet": {"type": "object", "required": ["name"], "properties": {
				"name": {"type": ["string", "null"], "maxLength": 9, "title": "What it hears"},
				"friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}}
		},
		"responses": {"NotFound": {"description": "No such pet.", "content": {"application/json": {
			"schema": {}, "examples": {"recorded": {"value": {"detail": "None."}}}}}}},
		"headers": {"Vary": {"description": "What it depends on."}}
	}
}`

func TestMarkdown(t *testing.T) {
	t.Parallel()
	got, err := apireference.Markdown([]byte(document), "Preface.")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# API reference\n\nPreface.\n",
		"| [Create pet](#create-pet) | `POST /pets/` |\n",
		"## pets\n\n### List pets\n\n`GET /pets/`\n",
		"| `kind` | query | string: `\"cat\"`, `\"a\\|b\"` | Cats \\| dogs of &lt;owner>. |\n",
		"| 200 | The answer. | [PetList](#petlist) | `Vary` |\n\nFailures: 404. See [Failures](#failures).\n",
		"Body: [Pet](#pet) as `application/json` or `text/plain`, [PetForm](#petform) as `multipart/form-data`.\n\n" +
			"```json\n{\n  \"name\": \"Rex\"\n}\n```\n",
		"### Delete pet\n\n`DELETE /pets/{id}/`\n\n| parameter | in | type | meaning |\n|---|---|---|---|\n" +
			"| `id` | path | integer, int64 | The id. |\n",
		"| 404 | No such pet. | `{\"detail\": \"None.\"}` |  |\n",
		"| `Vary` | What it depends on. |\n",
		"### Pet\n\n| key | type | required |\n|---|---|---|\n| `name` | string or null, at most 9 characters; What it hears | yes |\n" +
			"| `friends` | array of [Pet](#pet) |  |\n\n```json\n{\n  \"name\": \"Tom\"\n}\n```\n",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no\n%s", want)
		}
	}
	if strings.Contains(string(got), "Check pets") {
		t.Error("HEAD is listed")
	}
	if t.Failed() {
		t.Logf("the reference is\n%s", got)
	}
}

func TestMarkdownRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON": "", "an array": "[]", "no paths": `{"paths": []}`, "no object at a path": `{"paths": {"/": 1}}`,
		"no parameters": `{"paths": {"/": {"parameters": 1}}}`, "no operation": `{"paths": {"/": {"get": []}}}`,
		"no answer": `{"paths": {"/": {"get": {"responses": {"200": 1}}}}}`,
		"no schema": `{"components": {"schemas": {"Pet": 1}}}`,
	} {
		if got, err := apireference.Markdown([]byte(text), ""); err == nil {
			t.Errorf("%s: %s", name, got)
		}
	}
}
