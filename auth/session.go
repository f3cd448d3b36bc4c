package auth

import "net/http"

// Session makes an Authenticator of who, which says who is logged in by what a
// browser sends by itself: a cookie, a client certificate, credentials it
// remembers. A browser sends these with the requests of every page, of strangers
// too, so a page elsewhere could make its visitors act here without knowing
// (cross-site request forgery). Therefore a request that may change something is
// *Forbidden unless protection.Check passes; nil protection trusts no origin but
// the API's own.
//
// Programs other than browsers send no Origin and pass. The error is
// ErrNoCredentials when nobody is logged in, and else that of who. A request
// that has another scheme's credentials as well was made by a program on purpose,
// from elsewhere perhaps: in a Chain, have these before the Session.
//
// The Authenticator is as safe for concurrent use as who is.
func Session(who Func, protection *http.CrossOriginProtection) Func {
	if protection == nil {
		protection = http.NewCrossOriginProtection()
	}
	return func(r *http.Request) (Identity, error) {
		id, err := who.Authenticate(r)
		if err != nil || protection.Check(r) == nil {
			return id, err
		}
		detail := "CSRF Failed: The request was made by a page of another site."
		if origin := r.Header.Get("Origin"); origin != "" {
			detail = "CSRF Failed: Origin checking failed - " + origin + " does not match any trusted origins."
		}
		return Identity{}, &Forbidden{detail}
	}
}
