// Package webhook has the URLs to which a help desk sends its events, and the rules of
// sending: what is signed and how, which answers count as success, when a failed attempt
// is repeated, and which addresses are never connected to. It knows neither HTTP clients
// nor a database.
//
//   - [Webhook] is one such URL with what is sent there.
//   - [Secret] signs messages, and [Secrets] are those of a webhook while one replaces
//     another.
//   - [Judge] says what an answer means, and [Judgement.Next] what to do after it.
//   - [CheckAddress] refuses the addresses of inner networks.
//
// Messages are those of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), so
// that receivers verify them with the libraries of that project:
//
//	secret, err := webhook.NewSecret(webhook.V1)
//	secrets := webhook.Secrets{Current: secret}
//	header, err := secrets.Sign(webhook.Message{ID: "msg_1", Body: body}, time.Now())
package webhook
