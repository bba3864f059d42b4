import { useState } from 'react';
import { useAnnounce } from '../app/announce.tsx';
import { dictionary } from '../words/dictionary.ts';
import { useWords } from '../words/language.tsx';

export const shownOnceWords = dictionary(
  {
    once: 'It is shown now and never again. Keep it where nobody else reads it.',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'The browser does not let it be copied: select it and copy it by hand.',
    done: 'I have kept it',
  },
  {
    once: '지금 한 번만 표시됩니다. 다른 사람이 읽을 수 없는 곳에 보관하십시오.',
    copy: '복사',
    copied: '복사했습니다.',
    notCopied: '브라우저가 복사를 허용하지 않습니다. 직접 선택하여 복사하십시오.',
    done: '보관했습니다',
  },
);

export type ShownOnceProps = {
  readonly label: string;
  readonly secret: string;
  /** Takes it away; nothing of it is left then. */
  readonly onDone: () => void;
};

/** A secret that the verifier hands out once: shown until somebody says that it is kept, and copied at a press. */
export function ShownOnce({ label, secret, onDone }: ShownOnceProps) {
  const words = useWords(shownOnceWords);
  const announce = useAnnounce();
  const [said, setSaid] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    const copied = await navigator.clipboard.writeText(secret).then(
      () => words.copied,
      () => words.notCopied,
    );
    setSaid(copied);
    announce(copied);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fieldset: nothing in it is filled in
    <div className="note note--warn" role="group" aria-label={label}>
      <p className="note__sentence">{label}</p>
      <p>{words.once}</p>
      <code className="shown-once">{secret}</code>
      <div className="acts">
        <button type="button" className="button button--main" onClick={() => void copy()}>
          {words.copy}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {words.done}
        </button>
        {said !== null && <span aria-hidden="true">{said}</span>}
      </div>
    </div>
  );
}
