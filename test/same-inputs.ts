import fc from 'fast-check';

/** Properties are tried with the same inputs in each run, which fails by what was changed alone; with others each time where inputs of its own are asked for, as nightly. What fails names its seed. */
if (process.env['SEXTANT_FUZZ_RUNS'] === undefined) fc.configureGlobal({ seed: 1 });
