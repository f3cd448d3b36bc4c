package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"time"
)

const (
	cookieName = "shop_session"
	lifetime   = 12 * time.Hour
)

// login begins a session, for the form values login and password. A real shop
// would bound how often one may try.
func (s *shop) login(w http.ResponseWriter, r *http.Request) {
	p, err := s.personByPassword(r.Context(), r.PostForm.Get("login"), r.PostForm.Get("password"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if p == nil {
		http.Error(w, "Wrong login or password.", http.StatusUnauthorized)
		return
	}
	secret, err := s.begin(r.Context(), p)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.SetCookie(w, cookie(r, secret, lifetime))
	w.WriteHeader(http.StatusNoContent)
}

// logout ends the session. Without one there is nothing to do.
func (s *shop) logout(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(cookieName); err == nil {
		if _, err := s.db.ExecContext(r.Context(), "DELETE FROM sessions WHERE digest = ?", digest(c.Value)); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	http.SetCookie(w, cookie(r, "", -time.Second))
	w.WriteHeader(http.StatusNoContent)
}

// cookie carries the secret of a session. No script reads it, and a form of
// another site does not send it.
func cookie(r *http.Request, secret string, age time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: secret, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	}
}

// begin writes a new session, and forgets those that are over.
func (s *shop) begin(ctx context.Context, p *person) (secret string, err error) {
	now := time.Now()
	if _, err := s.db.ExecContext(ctx, "DELETE FROM sessions WHERE expires <= ?", now.Unix()); err != nil {
		return "", err
	}
	secret = rand.Text()
	_, err = s.db.ExecContext(ctx, "INSERT INTO sessions (digest, person, expires) VALUES (?, ?, ?)",
		digest(secret), p.id, now.Add(lifetime).Unix())
	return secret, err
}

func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// visitor is who is logged in, nil for nobody.
func (s *shop) visitor(r *http.Request) (*person, error) {
	cookies := r.CookiesNamed(cookieName)
	if len(cookies) == 0 {
		return nil, nil
	}
	return scanPerson(s.db.QueryRowContext(r.Context(), "SELECT "+personRow+
		" FROM sessions JOIN users u ON u.id = person WHERE digest = ? AND expires > ?", digest(cookies[0].Value), time.Now().Unix()))
}
