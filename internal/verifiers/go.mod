module github.com/go-helpdesk/helpdesk/internal/verifiers

go 1.26.0

replace github.com/go-helpdesk/helpdesk => ../..

require (
	github.com/go-helpdesk/helpdesk v0.0.0
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1
)

require golang.org/x/text v0.43.0 // indirect
