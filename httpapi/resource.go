package httpapi

import (
	"context"
	"net/http"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// resource is a table with the use cases of the desk behind it. A function that no
// route of the resource needs is nil.
type resource[T any] struct {
	*table[T]

	list listing[T]
	get  func(*helpdesk.Desk, context.Context, *user.User, int64) (T, error)
	// getPart is get where the answer has not every key; nil stands for get.
	getPart func(x *exchange, id int64) (T, error)

	exists func(*helpdesk.Desk, context.Context, *user.User, int64) error // nil stands for get

	// start returns a new object before the body is read.
	start func(x *exchange) (T, error)

	// create is also called with a body in which something was found wrong. The context
	// of the request then has the problems, and the use case refuses.
	create func(x *exchange, v T, e *extras) (T, error)

	// update calls change with the object to change, and again when its transaction is
	// repeated.
	update func(x *exchange, id int64, change func(T) error, e *extras) (T, error)
	edited func(d *decoder, v T) // does what updates need besides decoding; may be nil

	delete func(*helpdesk.Desk, context.Context, *user.User, int64) error

	// tag adds what the entity tag of an answer is made of; nil is for answers without one.
	tag func(t *tagParts, v T)

	// guard stands for helpdesk.IfCurrent where T is not what the desk writes; nil is where
	// it is.
	guard func(ctx context.Context, check func(current T) error) context.Context

	// definitions returns those of the custom fields in a body; nil is for none.
	definitions func(*helpdesk.Desk, context.Context, *user.User) ([]*ticket.CustomField, error)

	// limited says that creating one counts against the limits of the account.
	limited bool

	// secret says that the answer to creating one has a secret, and is never repeated.
	secret bool

	// appendTo appends an object to the answer of x, with what a selection shows, or
	// everything when that is nil; nil stands for the append of the table or selection.
	appendTo func(x *exchange, s *selection[T], b []byte, v T) []byte
}

// appender returns what appends an object to the answer of x, with the keys that the
// query asks for.
func (r *resource[T]) appender(x *exchange) func([]byte, T) []byte {
	if r.appendTo != nil {
		part := r.selection(x.arguments().keys)
		return func(b []byte, v T) []byte { return r.appendTo(x, part, b, v) }
	}
	return r.table.appender(x)
}

func (t *table[T]) appender(x *exchange) func([]byte, T) []byte {
	if part := t.selection(x.arguments().keys); part != nil {
		return func(b []byte, v T) []byte { return part.append(b, v, x) }
	}
	return func(b []byte, v T) []byte { return t.append(b, v, x) }
}

// listing tells how a collection is listed.
type listing[T any] struct {
	query []parameter // those that choose and sort
	open  func(x *exchange) (*helpdesk.List[T], error)
}

// readKeys reads which keys the answer has.
func (r *resource[T]) readKeys(x *exchange) error {
	return x.arguments().readKeys(&r.schema, func() ([]string, error) {
		definitions, err := r.definitions(x.h.desk, x.r.Context(), x.actor)
		names := make([]string, len(definitions))
		for i, d := range definitions {
			names[i] = d.Key()
		}
		return names, err
	})
}

// find returns an error where the object does not exist for the actor.
func (r *resource[T]) find(x *exchange, id int64) error {
	if r.exists != nil {
		return r.exists(x.h.desk, x.r.Context(), x.actor, id)
	}
	_, err := r.get(x.h.desk, x.r.Context(), x.actor, id)
	return err
}

// body reads the body of a request.
func (r *resource[T]) body(x *exchange, m mode) (*decoder, error) {
	if r.limited && (x.keyed == nil || x.keyed.progress == helpdesk.NotDone) {
		// An account that has reached its limits is told so before its files are spooled.
		if err := x.h.desk.CheckLimits(x.actor, 1); err != nil {
			return nil, err
		}
	}
	in, err := x.read()
	if err != nil {
		return nil, err
	}
	d := newDecoder(in, m)
	d.checkUpload = x.h.desk.CheckUpload
	if r.definitions != nil {
		d.definitions, err = x.definitions(in, m, r.definitions)
	}
	return d, err
}

// listOf answers GET of a collection.
func listOf[T any](r *resource[T]) operation {
	query := queryOf(&r.schema, r.list.query...)
	return operation{answers: &r.schema, lists: true, status: http.StatusOK, query: query, do: func(x *exchange) error {
		if err := r.readKeys(x); err != nil {
			return err
		}
		l, err := r.list.open(x)
		if err != nil {
			return err
		}
		if err := x.settle(); err != nil {
			return err
		}
		return sendList(x, l, r.appender(x))
	}}
}

// itemOf answers GET of the object with the id in the path.
func itemOf[T any](r *resource[T]) operation {
	query := fieldParameters(&r.schema)
	return operation{answers: &r.schema, tagged: r.tag != nil, status: http.StatusOK, query: query, do: func(x *exchange) error {
		id, err := x.id()
		if err != nil {
			return err
		}
		if err := r.readKeys(x); err != nil {
			return err
		}
		if err := x.settle(); err != nil {
			return err
		}
		item, err := r.read(x, id)
		if err != nil {
			return err
		}
		return r.show(x, item)
	}}
}

// read returns an object, as far as the answer shows it.
func (r *resource[T]) read(x *exchange, id int64) (T, error) {
	if r.getPart != nil && !x.arguments().keys.all() {
		return r.getPart(x, id)
	}
	return r.get(x.h.desk, x.reading(), x.actor, id)
}

// createIn answers POST to a collection.
func createIn[T any](r *resource[T]) operation {
	op := operation{takes: &r.schema, answers: &r.schema, tagged: r.tag != nil && !r.secret, status: http.StatusCreated}
	op.do = func(x *exchange) error {
		if x.keyed != nil && x.keyed.progress == helpdesk.Done {
			return x.replayKnown()
		}
		v, err := r.start(x)
		if err != nil {
			return err
		}
		d, err := r.body(x, creating)
		if err != nil {
			return err
		}
		r.decode(d, v)
		r.decodeExtras(d)
		refused := d.err() != nil
		if refused { // the use case adds what it finds wrong, and refuses
			x.r = x.r.WithContext(helpdesk.WithProblems(x.r.Context(), d.problems))
		}
		if x.keyed != nil && !refused {
			return r.createOnce(x, v, &d.extras)
		}
		created, err := r.create(x, v, &d.extras)
		if err != nil {
			return err
		}
		r.locate(x, created)
		return r.show(x, created)
	}
	return op
}

// createOnce answers a POST with an Idempotency-Key.
func (r *resource[T]) createOnce(x *exchange, v T, e *extras) error {
	return x.once(r.secret, func() (func([]byte) []byte, error) {
		created, err := r.create(x, v, e)
		if err == nil {
			r.locate(x, created)
			r.tagAnswer(x, created)
		}
		return func(b []byte) []byte { return r.appender(x)(b, created) }, err
	})
}

// locate sets the Location header to the URL of a new object, where it has one.
func (r *resource[T]) locate(x *exchange, created T) {
	if x.route.items {
		x.w.Header().Set("Location", x.base()+x.route.path+"/"+r.id(created, x)+"/")
	}
}

// createFor is like createIn, with parameters in the query.
func createFor[T any](r *resource[T], query ...parameter) operation {
	op := createIn(r)
	op.query = query
	return op
}

// updateIn answers PUT and PATCH of the object with the id in the path.
func updateIn[T any](r *resource[T]) operation {
	return operation{takes: &r.schema, answers: &r.schema, tagged: r.tag != nil, status: http.StatusOK, do: func(x *exchange) error {
		id, err := x.id()
		if err != nil {
			return err
		}
		if err := r.find(x, id); err != nil {
			return err
		}
		m := replacing
		if x.r.Method == http.MethodPatch {
			m = changing
		}
		d, err := r.body(x, m)
		if err != nil {
			return err
		}
		if err := r.expect(x, id); err != nil {
			return err
		}
		r.decodeExtras(d)
		updated, err := r.update(x, id, func(v T) error {
			again := d.again()
			r.decode(again, v)
			if r.edited != nil {
				r.edited(again, v)
			}
			return again.err()
		}, &d.extras)
		if err != nil {
			return err
		}
		return r.show(x, updated)
	}}
}

// deleteFrom answers DELETE of the object with the id in the path.
func deleteFrom[T any](r *resource[T]) operation {
	return operation{tagged: r.tag != nil, status: http.StatusNoContent, do: func(x *exchange) error {
		id, err := x.id()
		if err != nil {
			return err
		}
		if err := r.expect(x, id); err != nil {
			return err
		}
		if err := r.delete(x.h.desk, x.r.Context(), x.actor, id); err != nil {
			return err
		}
		x.sendNothing()
		return nil
	}}
}

// newPlain returns a resource whose use cases take the object and nothing else.
func newPlain[N, Q any](
	t *table[*N],
	tag func(*tagParts, *N),
	start func(*exchange) (*N, error),
	filters []filter[Q],
	list func(*helpdesk.Desk, *user.User, Q) *helpdesk.List[*N],
	get func(*helpdesk.Desk, context.Context, *user.User, int64) (*N, error),
	create func(*helpdesk.Desk, context.Context, *user.User, *N) (*N, error),
	update func(*helpdesk.Desk, context.Context, *user.User, int64, func(*N) error) (*N, error),
	remove func(*helpdesk.Desk, context.Context, *user.User, int64) error,
) *resource[*N] {
	return &resource[*N]{
		table:  t,
		tag:    tag,
		list:   listBy(filters, list),
		get:    get,
		start:  start,
		create: func(x *exchange, v *N, _ *extras) (*N, error) { return create(x.desk, x.r.Context(), x.actor, v) },
		update: func(x *exchange, id int64, change func(*N) error, _ *extras) (*N, error) {
			return update(x.h.desk, x.r.Context(), x.actor, id, change)
		},
		delete: remove,
	}
}

// listAll lists without filters.
func listAll[T any](list func(*helpdesk.Desk, *user.User) *helpdesk.List[T]) listing[T] {
	return listing[T]{open: func(x *exchange) (*helpdesk.List[T], error) { return list(x.h.desk, x.actor), nil }}
}

// listBy lists what filters select.
func listBy[T, Q any](filters []filter[Q], list func(*helpdesk.Desk, *user.User, Q) *helpdesk.List[T]) listing[T] {
	return filtered(filters, func(x *exchange, q Q) *helpdesk.List[T] { return list(x.h.desk, x.actor, q) })
}

// startNew starts with a zero value.
func startNew[N any](*exchange) (*N, error) { return new(N), nil }
