package httpapi

import "github.com/go-helpdesk/helpdesk/webhook"

// sentToWebhooks describes what a receiver gets. The schema of a message is not among the
// components: generators of clients leave out those that no path needs.
func (d *describer) sentToWebhooks() object {
	message := object{
		{"type", "object"},
		{"required", []string{"type", "timestamp", "data"}},
		{"properties", object{
			{"type", object{{"type", "string"}, {"description", "The type of the event, or " + webhook.TestType + "."}}},
			{"timestamp", object{{"type", "string"}, {"format", "date-time"}}},
			{"data", object{{"anyOf", []any{
				d.answered(&events.schema),
				object{{"type", "object"}, {"maxProperties", 0}, {"description", "That of a test."}},
			}}}},
		}},
	}
	header := func(name, about string) object {
		return object{{"name", name}, {"in", "header"}, {"required", true}, {"description", about}, {"schema", object{{"type", "string"}}}}
	}
	return object{{"event", object{{"post", object{
		{"operationId", "receiveEvent"},
		{"summary", "Receive an event"},
		{"description", "The desk sends this to the URL of each active webhook that wants the event. It follows Standard Webhooks 1.0.0."},
		{"parameters", []any{
			header(webhook.HeaderID, "The id of the message, the same for every attempt to send it."),
			header(webhook.HeaderTimestamp, "The time of the attempt, in seconds since 1970."),
			header(webhook.HeaderSignature, "Signatures with a space between them."),
		}},
		{"requestBody", object{{"required", true},
			{"content", object{{typeJSON, object{{"schema", message}}}}}}},
		{"responses", object{
			{"2XX", object{{"description", "The receiver has taken the message."}}},
			{"410", object{{"description", "The receiver wants no messages any more, and the webhook is disabled."}}},
			{"default", object{{"description", "The message is sent again later."}}},
		}},
	}}}}}
}
