/**
 * What a host proves, shown in part (SD-JWT, RFC 9901): for its holder, and for whoever it is shown to. Everything here is a function of its
 * arguments.
 */
export { fold } from './issue.ts';
export { namesIn, presentSdJwt, type Showing } from './present.ts';
export { digestOf, parseDisclosure, splitSdJwt, unfold } from './sd-jwt.ts';
export { type DisclosureJudgement, type DisclosurePolicy, verifyDisclosure } from './verify.ts';
