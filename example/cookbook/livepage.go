package cookbook

import (
	"html/template"
	"net/http"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
)

var livePage = template.Must(template.New("").Parse(`<!doctype html>
<meta charset="utf-8">
<title>What happens</title>
<ul id="events"></ul>
<script>
const list = document.getElementById("events")
let last = {{.Last}}
function show(message) {
	const e = JSON.parse(message.data), row = document.createElement("li")
	row.textContent = [e.time, e.actor?.name, e.type, e.object.id, JSON.stringify(e.data)].join(" ") // never innerHTML
	list.prepend(row)
	if (list.childElementCount > 100) list.lastElementChild.remove()
	last = e.position
}
function connect() {
	const stream = new EventSource({{.Stream}} + "?after=" + last)
	for (const type of {{.Types}}) stream.addEventListener(type, show)
	stream.onerror = () => { // a browser connects again by itself, unless it was refused
		if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 5000)
	}
}
connect()
</script>
`))

// LivePage shows what happens from now on. Stream is a path such as "/api/events/stream/".
func LivePage(desk *helpdesk.Desk, stream string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		last, err := desk.EndOfEvents(r.Context())
		if err != nil {
			http.Error(w, "Please try again.", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = livePage.Execute(w, map[string]any{"Last": last, "Stream": stream, "Types": event.Types()})
	}
}
