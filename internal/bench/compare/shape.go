package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// sameShape checks that every server succeeds in each scenario, and that the answers of
// the desk have everything that those of the others have. It does not compare long
// complete lists, nor complete lists with the peer, which may have more tickets.
func sameShape(ctx context.Context, o *options, servers []*rig.Server) error {
	for _, scenario := range o.scenarios {
		if scenario == "list" && o.tickets > 10_000 {
			continue
		}
		request, err := bench.NewRequest(scenario, o.tickets, rand.New(rand.NewPCG(0, 0)))
		if err != nil {
			return err
		}
		answer, err := servers[ours].Fetch(ctx, request)
		if err != nil {
			return err
		}
		for which := floor; which < len(servers); which++ {
			if scenario == "list" && which == peer {
				continue
			}
			other, err := servers[which].Fetch(ctx, request)
			if err != nil {
				return err
			}
			if missing := lacks(answer, other, scenario, which == floor); missing != "" {
				return fmt.Errorf("%s is in the answer of %s, not in ours", missing, servers[which].URL)
			}
		}
	}
	return nil
}

// lacks returns where JSON lacks a key or an element that other has, or "". Values may
// differ. Lists may differ in length, unless one is empty or they must be the same.
func lacks(v, other any, path string, sameLength bool) string {
	switch other := other.(type) {
	case map[string]any:
		object, _ := v.(map[string]any)
		for key := range other {
			if _, found := object[key]; !found {
				return path + "." + key
			}
			if missing := lacks(object[key], other[key], path+"."+key, sameLength); missing != "" {
				return missing
			}
		}
	case []any:
		list, _ := v.([]any)
		if sameLength && len(list) != len(other) || min(len(list), 1) < min(len(other), 1) {
			return fmt.Sprintf("%s of length %d", path, len(other))
		}
		for i := range min(len(list), len(other)) {
			if missing := lacks(list[i], other[i], fmt.Sprintf("%s[%d]", path, i), sameLength); missing != "" {
				return missing
			}
		}
	}
	return ""
}
