package event

import "github.com/go-helpdesk/helpdesk/ticket"

// QueueData is the Data of "queue.created" and "queue.deleted".
type QueueData struct {
	Title                 Text   `json:"title"`
	Slug                  Text   `json:"slug"`
	EmailAddress          *Text  `json:"email_address,omitzero"`
	AllowPublicSubmission bool   `json:"allow_public_submission,omitzero"`
	DefaultOwner          *int64 `json:"default_owner,omitzero"`
}

// QueueUpdate is the Data of "queue.updated". What has not changed is nil.
type QueueUpdate struct {
	Title                 *Change[Text]   `json:"title,omitzero"`
	Slug                  *Change[Text]   `json:"slug,omitzero"`
	EmailAddress          *Change[*Text]  `json:"email_address,omitzero"`
	AllowPublicSubmission *Change[bool]   `json:"allow_public_submission,omitzero"`
	DefaultOwner          *Change[*int64] `json:"default_owner,omitzero"`
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
	Name               Text             `json:"name"`
	Label              Text             `json:"label"`
	HelpText           *Text            `json:"help_text,omitzero"`
	Type               ticket.FieldType `json:"data_type"`
	MaxLength          *int64           `json:"max_length,omitzero"`
	DecimalPlaces      *int64           `json:"decimal_places,omitzero"`
	ListValues         *Text            `json:"list_values,omitzero"`
	EmptySelectionList bool             `json:"empty_selection_list,omitzero"`
	Ordering           *int64           `json:"ordering,omitzero"`
	Required           bool             `json:"required,omitzero"`
	StaffOnly          bool             `json:"staff_only,omitzero"`
}

// CustomFieldUpdate is the Data of "customfield.updated". What has not changed is nil.
type CustomFieldUpdate struct {
	Name               *Change[Text]             `json:"name,omitzero"`
	Label              *Change[Text]             `json:"label,omitzero"`
	HelpText           *Change[*Text]            `json:"help_text,omitzero"`
	Type               *Change[ticket.FieldType] `json:"data_type,omitzero"`
	MaxLength          *Change[*int64]           `json:"max_length,omitzero"`
	DecimalPlaces      *Change[*int64]           `json:"decimal_places,omitzero"`
	ListValues         *Change[*Text]            `json:"list_values,omitzero"`
	EmptySelectionList *Change[bool]             `json:"empty_selection_list,omitzero"`
	Ordering           *Change[*int64]           `json:"ordering,omitzero"`
	Required           *Change[bool]             `json:"required,omitzero"`
	StaffOnly          *Change[bool]             `json:"staff_only,omitzero"`
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
