//go:build generated

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/clients/desk"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	c := logIn(ctx, os.Getenv("HELPDESK_URL"))
	support := queue(ctx, c)
	opened := open(ctx, c, support)
	file := answer(ctx, c, opened)
	find(ctx, c, opened)
	download(ctx, c, file)
	closeTicket(ctx, c, opened)
	history(ctx, c, opened)
	fmt.Println("the day is over")
}

// must ends the program after an error.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// expect ends the program unless ok, and says what came instead.
func expect(ok bool, what string, got any) {
	if !ok {
		log.Fatalf("%s: %v", what, got)
	}
}

// logIn makes a token with a password, and returns a client that sends the token.
func logIn(ctx context.Context, url string) *desk.ClientWithResponses {
	basic := func(_ context.Context, r *http.Request) error {
		r.SetBasicAuth("staff", os.Getenv("HELPDESK_PASSWORD"))
		return nil
	}
	c := must(desk.NewClientWithResponses(url))
	refused := must(c.ListQueuesWithResponse(ctx, nil))
	expect(refused.JSON401 != nil && refused.JSON401.Detail != "", "without credentials", refused.Status())
	name := "Go client"
	made := must(c.CreateTokenWithResponse(ctx, nil, desk.TokenCreate{Name: &name}, basic))
	expect(made.JSON201 != nil && made.JSON201.Token != nil, "the token", string(made.Body))
	return must(desk.NewClientWithResponses(url, desk.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+*made.JSON201.Token)
		return nil
	})))
}

// queue returns the id of the queue support.
func queue(ctx context.Context, c *desk.ClientWithResponses) int64 {
	list := must(c.ListQueuesWithResponse(ctx, nil))
	expect(list.JSON200 != nil, "the queues", list.Status())
	i := slices.IndexFunc(list.JSON200.Results, func(q desk.Queue) bool { return q.Slug == "support" })
	expect(i >= 0, "no queue support in", list.JSON200.Results)
	return list.JSON200.Results[i].Id
}

func open(ctx context.Context, c *desk.ClientWithResponses, queue int64) int64 {
	bad := must(c.CreateTicketWithResponse(ctx, nil, desk.TicketCreate{Queue: queue}))
	expect(bad.JSON400 != nil, "a ticket without a title", bad.Status())
	wrong := must(bad.JSON400.AsFieldErrors())
	expect(len(wrong) == 1, "what is wrong with it", wrong)

	description, seats, key := "It smokes.", 3, "a-day-in-go"
	made := must(c.CreateTicketWithResponse(ctx, &desk.CreateTicketParams{IdempotencyKey: &key},
		desk.TicketCreate{Queue: queue, Title: "The printer", Description: &description, CustomSeats: &seats}))
	expect(made.JSON201 != nil, "a ticket", string(made.Body))
	t := *made.JSON201
	expect(t.Title == "The printer" && *t.CustomSeats == seats && len(t.FollowupSet) == 1, "the ticket", t)
	expect(made.Headers201.Location != "", "no Location", made.HTTPResponse.Header)
	return t.Id
}

// answer adds a follow-up with a file, and returns the id of the file.
func answer(ctx context.Context, c *desk.ClientWithResponses, ticket int64) int64 {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	must(0, form.WriteField("ticket", strconv.FormatInt(ticket, 10)))
	must(0, form.WriteField("comment", "Here is the manual."))
	must(0, form.WriteField("public", "true"))
	must(io.WriteString(must(form.CreateFormFile("attachments", "manual.txt")), "Page 1"))
	must(0, form.Close())
	made := must(c.CreateFollowUpWithBodyWithResponse(ctx, nil, form.FormDataContentType(), &body))
	expect(made.JSON201 != nil && len(made.JSON201.FollowupattachmentSet) == 1, "the answer", string(made.Body))
	return made.JSON201.FollowupattachmentSet[0].Id
}

func find(ctx context.Context, c *desk.ClientWithResponses, ticket int64) {
	size, status, queues, ordering := int64(5), "1", []string{"support"}, "-modified"
	found := must(c.ListTicketsWithResponse(ctx,
		&desk.ListTicketsParams{Status: &status, Queue: &queues, CustomSeats: &[]string{"3"}, Ordering: &ordering, PageSize: &size}))
	expect(found.JSON200 != nil && *found.JSON200.Count == 1 && found.JSON200.Results[0].Id == ticket, "what is found", string(found.Body))
}

func download(ctx context.Context, c *desk.ClientWithResponses, file int64) {
	got := must(c.DownloadFollowUpAttachmentWithResponse(ctx, file, nil))
	expect(got.StatusCode() == http.StatusOK && string(got.Body) == "Page 1", "the file", string(got.Body))
}

func closeTicket(ctx context.Context, c *desk.ClientWithResponses, ticket int64) {
	closed := desk.TicketUpdateStatus(4)
	tag := must(c.GetTicketWithResponse(ctx, ticket, nil)).HTTPResponse.Header.Get("ETag")
	got := must(c.UpdateTicketWithResponse(ctx, ticket, &desk.UpdateTicketParams{IfMatch: &tag}, desk.TicketUpdate{Status: &closed}))
	expect(got.JSON200 != nil && got.JSON200.Status == 4, "the closed ticket", string(got.Body))
}

func history(ctx context.Context, c *desk.ClientWithResponses, ticket int64) {
	got := must(c.ListTicketHistoriesWithResponse(ctx, ticket, nil))
	expect(got.JSON200 != nil && *got.JSON200.Count > 0, "the history", string(got.Body))
	last := got.JSON200.Results[len(got.JSON200.Results)-1]
	expect(last.NewValue != nil && *last.NewValue == "Closed", "the last change", last)
}
