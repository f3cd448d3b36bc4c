package helpdesk_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// shown are the exported structs of the nouns and of the desk that a host may send
// as JSON.
var shown = []any{
	ticket.Ticket{}, ticket.Queue{}, ticket.CustomField{}, ticket.Value{}, ticket.Scope{}, ticket.QueueScope{}, ticket.Filter{},
	ticket.Query{}, ticket.QueueQuery{}, ticket.QueueFilter{}, ticket.CustomFieldFilter{}, ticket.Range{}, ticket.Bound{},
	ticket.ValueFilter{}, ticket.Order{}, ticket.Position{}, ticket.Count{},
	event.Event{}, event.Actor{}, event.Object{}, event.Filter{}, event.Audience{}, event.Text{}, event.IDs{}, event.Value{},
	event.ValueChange{}, event.TicketData{}, event.TicketUpdate{}, event.FollowUpData{}, event.FollowUpUpdate{}, event.AttachmentData{},
	event.AttachmentUpdate{}, event.QueueData{}, event.QueueUpdate{}, event.CustomFieldData{}, event.CustomFieldUpdate{},
	event.UserData{}, event.UserUpdate{}, event.GroupData{}, event.GroupUpdate{}, event.TokenData{}, event.WebhookData{},
	event.WebhookUpdate{}, webhook.Webhook{}, webhook.Secrets{}, webhook.OldSecret{}, webhook.Delivery{}, webhook.Attempt{},
	webhook.Query{}, webhook.Header{}, webhook.Message{}, webhook.Answer{}, webhook.Judgement{}, webhook.AddressError{},
	webhook.SendError{},
	followup.FollowUp{}, followup.Thread{}, followup.Attachment{}, followup.Change{}, followup.Filter{}, followup.Query{},
	followup.Position{}, followup.Order{},
	followup.AttachmentQuery{}, followup.AttachmentPosition{}, followup.ChangeQuery{},
	user.User{}, user.Token{}, user.Group{}, user.External{}, user.Query{}, user.Filter{}, user.Match{}, user.Order{},
	user.Position{}, user.GroupQuery{}, user.GroupFilter{}, user.TokenQuery{}, user.Params{}, user.KnownAddress{}, user.Credentials{},
	user.Throttled{}, user.Caller{},
	idempotency.Request{}, helpdesk.Request{},
	helpdesk.Thread{}, helpdesk.RequesterTicket{}, helpdesk.RequesterFollowUp{}, helpdesk.TicketQuery{}, helpdesk.Window{},
	helpdesk.Cursor{}, helpdesk.FollowUpQuery{}, helpdesk.UserQuery{}, helpdesk.GroupQuery{}, helpdesk.RequesterTicketFilter{},
	helpdesk.DefaultPolicy{},
	helpdesk.Limits{}, helpdesk.LimitError{}, auth.Identity{},
}

// notShown have functions or type parameters in them, or nothing to show.
var notShown = []string{"ticket.Among", "event.Change", "followup.Upload", "user.Hasher", "helpdesk.Config", "helpdesk.Desk",
	"helpdesk.EventSignal", "helpdesk.Notice", "helpdesk.WebhookConfig", "webhook.Secret", "helpdesk.List", "helpdesk.Page"}

var secretName = regexp.MustCompile(`(?i)password|hash|digest|secret`)

// TestNoSecretIsInJSON of any exported type.
func TestNoSecretIsInJSON(t *testing.T) {
	t.Parallel()
	known := slices.Clone(notShown)
	for _, v := range shown {
		known = append(known, reflect.TypeOf(v).String())
		full := reflect.New(reflect.TypeOf(v))
		secrets := fill(full.Elem(), "", 0)
		b, err := json.Marshal(full.Interface())
		check(t, err)
		for name, text := range secrets {
			if strings.Contains(string(b), text) {
				t.Errorf("%T shows %s: %s", v, name, b)
			}
		}
	}
	if len(fill(reflect.New(reflect.TypeFor[helpdesk.Thread]()).Elem(), "", 0)) == 0 {
		t.Error("no secret was found in a thread")
	}
	for _, dir := range []string{"ticket", "followup", "user", "event", "idempotency", "webhook", "."} {
		for _, name := range exportedStructs(t, dir) {
			if !slices.Contains(known, name) {
				t.Errorf("%s is not looked at", name)
			}
		}
	}
}

// fill sets every text in v, and returns those under names that sound secret.
func fill(v reflect.Value, name string, depth int) map[string]string {
	secrets := map[string]string{}
	switch v.Kind() {
	case reflect.Pointer:
		if depth < 8 {
			v.Set(reflect.New(v.Type().Elem()))
			return fill(v.Elem(), name, depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				for path, text := range fill(v.Field(i), name+"."+f.Name, depth+1) {
					secrets[path] = text
				}
			}
		}
	case reflect.String:
		v.SetString("text of " + name)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte("text of " + name))
		} else if depth < 8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			return fill(v.Index(0), name, depth+1)
		}
	}
	if last := name[strings.LastIndex(name, ".")+1:]; v.Kind() != reflect.Struct && secretName.MatchString(last) {
		b, _ := json.Marshal(v.Interface())
		secrets[name] = strings.Trim(string(b), `"`)
	}
	return secrets
}

// exportedStructs are the exported struct types of a package of this module.
func exportedStructs(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	check(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		check(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				if _, ok := spec.Type.(*ast.StructType); ok {
					names = append(names, parsed.Name.Name+"."+spec.Name.Name)
				}
			}
			return true
		})
	}
	return names
}
