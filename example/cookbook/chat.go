package cookbook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Chat posts messages to Hook, the URL of an incoming webhook of Slack or Mattermost. The URL
// is a secret, so errors do not say it.
type Chat struct{ Hook string }

// Urgent posts a message when a critical ticket comes in. It is a Handler for "ticket.created".
func (c Chat) Urgent(ctx context.Context, e *event.Event) error {
	t := e.Data.(*event.TicketData)
	if t.Priority != ticket.Critical {
		return nil
	}
	title := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(t.Title.String) // <!channel> calls everybody
	message, err := json.Marshal(map[string]string{"text": fmt.Sprintf("Urgent ticket %d: %s", e.TicketID, title)})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Hook, strings.NewReader(string(message)))
	if err != nil {
		return errors.New("the URL of the chat is not valid")
	}
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // it would lose the message
	}}
	answer, err := client.Do(r)
	if err != nil {
		return errors.Unwrap(err) // which is without the URL
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the chat answers %s", answer.Status)
	}
	return nil
}
