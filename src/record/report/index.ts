/**
 * Reports on licences, for whoever reads one: parse, verify, and show as a table or a page. Everything here is a function of its
 * arguments.
 */
export { deviceTable } from './csv.ts';
export { reportPage } from './page.ts';
export { type ParsedReport, parseReport } from './parse.ts';
export { type ReportJudgement, type ReportPolicy, verifyReport } from './verify.ts';
