package storage

import "reflect"

// MissingNouns returns the names of the methods of Tx, in alphabetical order, that
// return nil from s.Nouns(): the nouns that the Store does not keep. It is empty for a
// Store that a desk can use. It neither reads nor writes the database.
func MissingNouns(s Store) []string {
	tx := s.Nouns()
	if tx == nil {
		tx = BaseTx{}
	}
	var missing []string
	methods := reflect.TypeFor[Tx]()
	for i := range methods.NumMethod() {
		m := methods.Method(i)
		if !returnsNoun(m.Type) {
			continue
		}
		if noun := reflect.ValueOf(tx).MethodByName(m.Name).Call(nil); noun[0].IsNil() {
			missing = append(missing, m.Name)
		}
	}
	return missing
}

// returnsNoun reports whether a method takes nothing and returns an interface.
func returnsNoun(method reflect.Type) bool {
	return method.NumIn() == 0 && method.NumOut() == 1 && method.Out(0).Kind() == reflect.Interface
}
