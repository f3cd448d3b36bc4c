package auth

import "net/http"

// Session returns an Authenticator for a function that finds out who is logged in by
// what a browser sends by itself: a cookie, a client certificate, or remembered
// credentials. A browser sends these with requests of pages of other sites too, so such
// a page could make its visitors change something here without their knowledge
// (cross-site request forgery). Therefore a request that may change something is
// *Forbidden unless protection.Check accepts it. A nil protection trusts only the origin
// of the API.
//
// Programs other than browsers send no Origin and are accepted. Other errors are those of
// who: ErrNoCredentials if nobody is logged in. In a Chain, put other Authenticators
// before a Session, because a program that sends credentials on purpose may run at
// another origin.
//
// The Authenticator is safe for concurrent use if who is.
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
