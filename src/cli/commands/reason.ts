import { Option } from 'commander';

/** Whatever changes something on the register says why. */
export const reason = (): Option =>
  new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory();
