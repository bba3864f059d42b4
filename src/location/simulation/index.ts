export { campaign, run, type Tally, type Task } from './campaign.ts';
export { simulate, type Trial, type TrialOutcome } from './simulate.ts';
