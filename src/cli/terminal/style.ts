import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours where a person reads, plain text elsewhere; NO_COLOR and FORCE_COLOR are honoured by Node itself. */
function styled(format: Format): (text: string) => string {
  return (text) => styleText(format, text, { stream: process.stdout });
}

export const bold = styled('bold');
export const dim = styled('dim');
export const green = styled('green');
export const red = styled('red');
export const yellow = styled('yellow');
export const cyan = styled('cyan');
