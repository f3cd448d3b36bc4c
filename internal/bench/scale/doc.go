// Scale measures whether the library slows down as a desk grows: it seeds two
// desks, a small and a large one, serves each, and sends both the same requests,
// by turns. It prints medians over the rounds, and the ratios within a round,
// and exits with 1 when one is over -most.
//
// Seeding a large desk takes minutes: with -dir both are kept, and used again by
// the next run. On MariaDB they are databases of the server then, whose names
// begin with helpdesk_bench_kept. Every run creates -rounds times -creates
// tickets in each; one that has grown by more than a tenth is seeded anew.
package main
