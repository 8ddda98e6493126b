package main

import (
	"fmt"
	"math"
	"time"
)

// simulated is how many bookings a simulation has.
const simulated = 300_000

// queues says how long bookings wait for a core, by simulation: first of what was
// measured, so that it can be seen how far the simulation can be believed, then of the
// rates that were asked for.
func (c modelCommand) queues(m measured, needs []need) error {
	fmt.Println("\nThe queues, simulated: Poisson arrivals, exponential times, first come first served.")
	if err := c.check(m); err != nil {
		fmt.Printf("It is not checked against this machine: %s.\n", err)
	}
	for _, rate := range c.Rates {
		var stations []station
		for _, n := range needs {
			servers := max(1, int(math.Ceil(c.cores(rate, n.ms))))
			stations = append(stations, station{n.process, servers, time.Duration(n.ms * float64(time.Millisecond))})
		}
		took := simulate(rate, stations, simulated, c.Seed)
		total := 0.0
		for _, n := range needs {
			total += n.ms
		}
		fmt.Printf("At %g bookings a second, with the cores above: %.3g ms of CPU, with the queues p50 %.3g ms and p99 %.3g ms; the ways between the machines and the disks come on top.\n",
			rate, total, float64(milliseconds(quantile(took, 0.50))), float64(milliseconds(quantile(took, 0.99))))
	}
	return nil
}

// check simulates what answer_loaded has measured: one queue for the cores of the machine,
// which everything shares, the load too. What a booking waits for beside a core is what one
// client alone waits for, less the CPU.
func (c modelCommand) check(m measured) error {
	_, _, alone, err := m.of("answer")
	if err != nil {
		return err
	}
	cpu, beside, p99, err := m.of("answer_loaded")
	if err != nil {
		return err
	}
	rate, ms, cores := beside["arrivalsPerSecond"], 0.0, 0
	for _, one := range cpu {
		ms += one
	}
	if _, err := fmt.Sscanf(m.Machine, "%d cores", &cores); err != nil || cores < 1 || rate <= 0 {
		return fmt.Errorf("the report does not say on how many cores, or at which rate")
	}
	busy := rate * ms / 1000 / float64(cores)
	if busy >= 1 {
		return fmt.Errorf("%.3g ms of CPU a booking at %.3g a second are more than %d cores have", ms, rate, cores)
	}
	took := simulate(rate, []station{{"cores", cores, time.Duration(ms * float64(time.Millisecond))}}, simulated, c.Seed)
	got := float64(milliseconds(quantile(took, 0.99))) + max(0, alone-ms)
	fmt.Printf("Checked with answer_loaded: %.3g holds a second, %.3g ms of CPU each, keep %d cores busy to %.2f. Simulated p99 %.3g ms, measured p99 %.3g ms: %.2f of it.\n",
		rate, ms, cores, busy, got, p99, got/p99)
	return nil
}
