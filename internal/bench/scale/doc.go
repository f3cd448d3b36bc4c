// Scale measures whether the library slows down as a desk grows. It seeds and serves a small
// and a large desk, and sends the same requests to each in turn. It prints the medians over
// the rounds and the ratios within a round, and exits with 1 if a ratio exceeds -max-ratio.
//
// Seeding a large desk takes minutes. With -dir both are kept and used again by the next
// run. On MariaDB they are databases of the server whose names begin with
// helpdesk_bench_kept. Every run creates -rounds times -creates tickets in each. A desk
// that has grown by more than a tenth is seeded again.
package main
