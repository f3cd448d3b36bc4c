// Seed fills the databases of a desk and of the floor with the same tickets. Each ticket has
// four follow-ups and three custom fields, and every second one has an attachment.
package main
