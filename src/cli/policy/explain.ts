import { parseJson } from '../../bytes/json.ts';
import { analysePack, evaluatePack, type LoadedPack, type PackAnswer } from '../../policy/packs/index.ts';
import { EXIT } from '../failure.ts';
import { readInput } from '../read-input.ts';
import { bold, dim, green, red } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';
import { readPack } from './read-pack.ts';
import { soundEnough } from './sound-enough.ts';

/** Prints what a pack says of one request, and what became of each of its rules. */
export function explainRequest(path: string, input: string, json: boolean): number {
  const analysed = analysePack(readPack(path));
  soundEnough(path, analysed);
  const { loaded } = analysed;
  const answer = evaluatePack(loaded, parseJson(new Uint8Array(readInput(input))));
  process.stdout.write(
    json ? `${JSON.stringify({ digest: loaded.digest, ...answer }, null, 2)}\n` : asText(loaded, answer),
  );
  return answer.outcome === 'allow' ? EXIT.ok : EXIT.refused;
}

function asText({ rules: written }: LoadedPack, { outcome, reasons, rules }: PackAnswer): string {
  const reasonLines = reasons.flatMap(({ code, kind, sentence, mend = '' }) => [
    `${red(code)} ${dim(kind)}`,
    wrap(printable(sentence), '  '),
    dim(wrap(printable(mend), '  ')),
  ]);
  const ruleLines = rules.map(({ id, effect, applies }) => {
    const fails = effect === 'permit' ? !applies : applies;
    const code = written.find((rule) => rule.id === id)?.reason.code ?? '';
    const said = `${effect} ${applies ? 'applies' : 'does not apply'}`;
    return `${fails ? red('fails') : green('holds')}  ${id}  ${dim(fails ? `${said}: ${code}` : said)}`;
  });
  const unasked = rules.length === 0 ? [dim('No rule was asked: what they read is not all there.')] : [];
  const title = outcome === 'allow' ? green('allow') : red('deny');
  return `${[bold(title), ...reasonLines, '', ...ruleLines, ...unasked].join('\n')}\n`;
}
