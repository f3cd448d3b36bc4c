package event

import "github.com/go-helpdesk/helpdesk/ticket"

// QueueData is the Data of "queue.created" and "queue.deleted".
type QueueData struct {
	Title                 Text
	Slug                  Text
	EmailAddress          *Text
	AllowPublicSubmission bool
	DefaultOwner          *int64
}

func (d *QueueData) code(c *coder) {
	text(c, &d.Title)
	text(c, &d.Slug)
	null(c, &d.EmailAddress, text)
	boolean(c, &d.AllowPublicSubmission)
	null(c, &d.DefaultOwner, integer)
}

// QueueUpdate is the Data of "queue.updated". What has not changed is nil.
type QueueUpdate struct {
	Title                 *Change[Text]
	Slug                  *Change[Text]
	EmailAddress          *Change[*Text]
	AllowPublicSubmission *Change[bool]
	DefaultOwner          *Change[*int64]
}

func (u *QueueUpdate) code(c *coder) {
	change(c, &u.Title, text)
	change(c, &u.Slug, text)
	changeOfNull(c, &u.EmailAddress, text)
	change(c, &u.AllowPublicSubmission, boolean)
	changeOfNull(c, &u.DefaultOwner, integer)
}

func queueData(l limit, q *ticket.Queue) *QueueData {
	return &QueueData{l.text(q.Title), l.text(q.Slug), l.nullText(q.EmailAddress), q.AllowPublicSubmission, q.DefaultOwner}
}

func queueUpdate(l limit, before, after *ticket.Queue) *QueueUpdate {
	return &QueueUpdate{l.change(before.Title, after.Title), l.change(before.Slug, after.Slug),
		l.nullChange(before.EmailAddress, after.EmailAddress), changeOf(before.AllowPublicSubmission, after.AllowPublicSubmission),
		nullChange(before.DefaultOwner, after.DefaultOwner)}
}

// CustomFieldData is the Data of "customfield.created" and "customfield.deleted".
type CustomFieldData struct {
	Name               Text
	Label              Text
	HelpText           *Text
	Type               ticket.FieldType
	MaxLength          *int64
	DecimalPlaces      *int64
	ListValues         *Text
	EmptySelectionList bool
	Ordering           *int64
	Required           bool
	StaffOnly          bool
}

func (d *CustomFieldData) code(c *coder) {
	text(c, &d.Name)
	text(c, &d.Label)
	null(c, &d.HelpText, text)
	word(c, &d.Type)
	null(c, &d.MaxLength, integer)
	null(c, &d.DecimalPlaces, integer)
	null(c, &d.ListValues, text)
	boolean(c, &d.EmptySelectionList)
	null(c, &d.Ordering, integer)
	boolean(c, &d.Required)
	boolean(c, &d.StaffOnly)
}

// CustomFieldUpdate is the Data of "customfield.updated". What has not changed is nil.
type CustomFieldUpdate struct {
	Name               *Change[Text]
	Label              *Change[Text]
	HelpText           *Change[*Text]
	Type               *Change[ticket.FieldType]
	MaxLength          *Change[*int64]
	DecimalPlaces      *Change[*int64]
	ListValues         *Change[*Text]
	EmptySelectionList *Change[bool]
	Ordering           *Change[*int64]
	Required           *Change[bool]
	StaffOnly          *Change[bool]
}

func (u *CustomFieldUpdate) code(c *coder) {
	change(c, &u.Name, text)
	change(c, &u.Label, text)
	changeOfNull(c, &u.HelpText, text)
	change(c, &u.Type, word)
	changeOfNull(c, &u.MaxLength, integer)
	changeOfNull(c, &u.DecimalPlaces, integer)
	changeOfNull(c, &u.ListValues, text)
	change(c, &u.EmptySelectionList, boolean)
	changeOfNull(c, &u.Ordering, integer)
	change(c, &u.Required, boolean)
	change(c, &u.StaffOnly, boolean)
}

func customFieldData(l limit, f *ticket.CustomField) *CustomFieldData {
	return &CustomFieldData{l.text(f.Name), l.text(f.Label), l.nullText(f.HelpText), f.Type, f.MaxLength, f.DecimalPlaces,
		l.nullText(f.ListValues), f.EmptySelectionList, f.Ordering, f.Required, f.StaffOnly}
}

func customFieldUpdate(l limit, before, after *ticket.CustomField) *CustomFieldUpdate {
	return &CustomFieldUpdate{
		Name: l.change(before.Name, after.Name), Label: l.change(before.Label, after.Label),
		HelpText: l.nullChange(before.HelpText, after.HelpText), Type: changeOf(before.Type, after.Type),
		MaxLength:          nullChange(before.MaxLength, after.MaxLength),
		DecimalPlaces:      nullChange(before.DecimalPlaces, after.DecimalPlaces),
		ListValues:         l.nullChange(before.ListValues, after.ListValues),
		EmptySelectionList: changeOf(before.EmptySelectionList, after.EmptySelectionList),
		Ordering:           nullChange(before.Ordering, after.Ordering), Required: changeOf(before.Required, after.Required),
		StaffOnly: changeOf(before.StaffOnly, after.StaffOnly),
	}
}
