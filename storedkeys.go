package helpdesk

import "sync"

// storedKey caches a key for digests that a store keeps. It is safe for concurrent use.
type storedKey struct {
	mu  sync.Mutex
	key []byte // nil until it is known
}

// known returns the key, or nil when it is not known.
func (k *storedKey) known() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.key
}

// find returns the key, which it reads where it is not known, or nil when there is none
// yet.
func (k *storedKey) find(read func() ([]byte, error)) ([]byte, error) {
	if key := k.known(); key != nil {
		return key, nil
	}
	key, err := read()
	if none, err := missing(err); none || err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.key = key
	return key, nil
}
