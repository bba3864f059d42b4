/** Whether faults are tried at their full size (SEXTANT_FAULTS=all), as the nightly run does, and not at one that `npm test` can afford. */
export const nightly: boolean = process.env['SEXTANT_FAULTS'] === 'all';
