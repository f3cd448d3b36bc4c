// Seed fills the databases of a desk and of the floor with the same tickets:
// four follow-ups each, an attachment on every second, and three custom fields.
package main
