package helpdesk_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

func (d *desk) groups(t testing.TB) (all []*user.Group) {
	t.Helper()
	l := d.Groups(d.staff, helpdesk.GroupQuery{})
	all = collect(t, l, 0, 0)
	equal(t, count(t, l), len(all))
	return all
}

func TestAGroupIsStoredAsASet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	given := &user.Group{ID: 9, Name: "Second line", Users: []int64{d.jane.ID, d.staff.ID, d.jane.ID},
		Queues: []int64{d.billing.ID, d.support.ID}}
	created := must(d.CreateGroup(t.Context(), d.admin, given))(t)
	want := &user.Group{ID: created.ID, Name: "Second line", Users: []int64{d.staff.ID, d.jane.ID},
		Queues: []int64{d.support.ID, d.billing.ID}, Version: 1}
	equal(t, asJSON(created), asJSON(want))
	equal(t, asJSON(must(d.Group(t.Context(), d.staff, created.ID))(t)), asJSON(want))
	equal(t, created.ID != 9, true)
	equal(t, given.Users[0], d.jane.ID)
	updated := must(d.UpdateGroup(t.Context(), d.admin, created.ID, func(g *user.Group) error {
		*g = user.Group{ID: 9, Name: "Third", Users: []int64{d.jane.ID, d.jane.ID}}
		return nil
	}))(t)
	want = &user.Group{ID: created.ID, Name: "Third", Users: []int64{d.jane.ID}, Version: 2}
	equal(t, asJSON(updated), asJSON(want))
	equal(t, asJSON(must(d.Group(t.Context(), d.staff, created.ID))(t)), asJSON(want))
}

func TestEverythingWrongWithAGroupIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "g"}))(t)
	unchanged := d.unchanged(t)
	bad := user.Group{Name: strings.Repeat("x", user.MaxGroupName+1), Users: []int64{d.jane.ID, nobody},
		Queues: []int64{nobody, d.support.ID}}
	const want = `name: too long (limit 150); queues: no such object "987654321"; users: no such object "987654321"`
	_, err := d.CreateGroup(t.Context(), d.admin, &bad)
	equal(t, wrong(t, err), want)
	_, err = d.CreateGroup(refusing(t.Context()), d.admin, &bad)
	equal(t, wrong(t, err), want+"; x: required")
	_, err = d.UpdateGroup(t.Context(), d.admin, g.ID, func(g *user.Group) error {
		*g = bad
		return problem.Error{"x": {{Reason: problem.Required}}}
	})
	equal(t, wrong(t, err), want+"; x: required")
	stop := errors.New("stop")
	_, err = d.UpdateGroup(t.Context(), d.admin, g.ID, func(g *user.Group) error {
		g.Name = "x"
		return stop
	})
	is(t, err, stop)
	unchanged()
}

func TestNoTwoGroupsHaveOneName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "g"}))(t)
	other := must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "G"}))(t)
	unchanged := d.unchanged(t)
	taken := &user.Group{ID: other.ID, Name: "g", Users: []int64{nobody}}
	const want = `name: already taken; users: no such object "987654321"`
	_, err := d.CreateGroup(t.Context(), d.admin, taken)
	equal(t, wrong(t, err), want)
	_, err = d.CreateGroup(refusing(t.Context()), d.admin, taken)
	equal(t, wrong(t, err), want+"; x: required")
	_, err = d.UpdateGroup(t.Context(), d.admin, other.ID, func(g *user.Group) error {
		g.Name = "g"
		return nil
	})
	equal(t, wrong(t, err), `name: already taken`)
	unchanged()
	must(d.UpdateGroup(t.Context(), d.admin, other.ID, unedited))(t) // its own name
}

func TestEditsOfAGroupAtOnceAllCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	members := []int64{d.admin.ID, d.staff.ID, d.jane.ID, d.restricted.ID, d.inactive.ID}
	g := must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "g"}))(t)
	var all sync.WaitGroup
	for _, id := range members {
		all.Go(func() {
			_, err := d.UpdateGroup(t.Context(), d.admin, g.ID, func(g *user.Group) error {
				g.Users = append(g.Users, id)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	equal(t, asJSON(must(d.Group(t.Context(), d.admin, g.ID))(t).Users), asJSON(members))
}

func TestADeletedGroupLeavesItsMembers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "g", Users: []int64{d.jane.ID}, Queues: []int64{d.support.ID}}))(t)
	check(t, d.DeleteGroup(t.Context(), d.admin, g.ID))
	is(t, d.DeleteGroup(t.Context(), d.admin, g.ID), helpdesk.ErrNotFound)
	equal(t, len(d.groups(t)), 0)
	d.user(t, d.jane.ID)
	must(d.Queue(t.Context(), d.staff, d.support.ID))(t)
}

func TestGroupsAreListedByID(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, name := range []string{"c", "b", "a"} {
		must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: name, Users: []int64{d.jane.ID}}))(t)
	}
	var lines []string
	for _, g := range d.groups(t) {
		lines = append(lines, g.Name)
		equal(t, asJSON(g.Users), asJSON([]int64{d.jane.ID}))
	}
	sameLines(t, lines, "c", "b", "a")
	l := d.Groups(d.staff, helpdesk.GroupQuery{})
	equal(t, collect(t, l, 1, 1)[0].Name, "b")
}
