import { useMutation } from '@tanstack/react-query';
import { ustar } from '../../../bytes/ustar.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Panel } from '../../parts/panel.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { ProblemNote } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { gatherEvidence } from './evidence-files.ts';
import { evidenceWords } from './evidence-words.ts';
import type { Decision } from './types.ts';

type Saved = {
  readonly name: string;
  readonly paths: readonly string[];
  readonly notPerformed: readonly string[];
};

/** Saves what a decision rests on as one archive, for whoever may read evidence; what could not be handed out is named. */
export function Evidence({ decision }: { readonly decision: Decision }) {
  const words = useWords(evidenceWords);
  const announce = useAnnounce();
  const { may } = useSession();
  const saving = useMutation<Saved, Error>({
    mutationFn: async () => {
      const { files, notPerformed } = await gatherEvidence(decision);
      const manifest = await manifestOf(decision.id, files, notPerformed);
      const pieces = [...ustar([...files, manifest])].map((bytes) => new Uint8Array(bytes));
      const name = `decision-${toldText(decision.id)}.tar`;
      saveAs(name, new Blob(pieces, { type: 'application/x-tar' }));
      announce(words.saved(name));
      return { name, paths: [...files.map(({ path }) => path), manifest.path], notPerformed };
    },
  });
  if (!may('evidence:read') || decision.dryRun) return null;
  return (
    <Panel title={words.title}>
      <p className="decision__note">{words.what}</p>
      <button
        type="button"
        className="button"
        aria-disabled={saving.isPending}
        onClick={() => {
          if (!saving.isPending) saving.mutate();
        }}
      >
        {saving.isPending ? words.saving : words.save}
      </button>
      {saving.error !== null && <ProblemNote error={saving.error} />}
      {saving.data !== undefined && (
        <>
          <p>{words.saved(saving.data.name)}</p>
          <ul className="decision__digests" aria-label={words.files}>
            {saving.data.paths.map((path) => (
              <li key={path}>
                <Told text={path} mono />
              </li>
            ))}
          </ul>
          {saving.data.notPerformed.length > 0 && (
            <div className="note note--warn">
              <p className="note__sentence">{words.missing}</p>
              <ul>
                {saving.data.notPerformed.map((line) => (
                  <li key={line}>
                    <Told text={line} />
                  </li>
                ))}
              </ul>
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

/** What is in the archive, by digest, and what is not, with why. */
async function manifestOf(
  decisionId: string,
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  notPerformed: readonly string[],
) {
  const sha256: { [path: string]: string } = {};
  for (const { path, bytes } of files) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
    sha256[path] = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  const text = JSON.stringify({ decisionId, source: location.origin, sha256, notPerformed }, null, 2);
  return { path: 'manifest.json', bytes: new TextEncoder().encode(`${text}\n`) };
}
