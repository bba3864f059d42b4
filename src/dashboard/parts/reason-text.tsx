import { dictionary } from '../words/dictionary.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import { koreanReason, type ReasonsOf } from '../words/reasons/index.ts';
import { Told } from './told.tsx';

const reasonTextWords = dictionary(
  { mend: 'What to do', record: 'As recorded' },
  { mend: '조치', record: '기록된 원문' },
);

type ReasonTextProps = {
  readonly code: string;
  readonly sentence: string;
  readonly mend?: string | undefined;
  readonly of: ReasonsOf;
};

/**
 * What a reason says and what its reader can do. The record is in English, and it alone says which one, how many and until when: in Korean it stands
 * below what its code means.
 */
export function ReasonText({ code, sentence, mend, of }: ReasonTextProps) {
  const words = useWords(reasonTextWords);
  const { language } = useLanguage();
  const korean = language === 'ko' ? koreanReason(code, of) : null;
  if (korean === null) {
    return (
      <>
        <p className="reasons__sentence">
          <Told text={sentence} most={2000} />
        </p>
        {mend !== undefined && (
          <p className="reasons__mend">
            {words.mend}: <Told text={mend} most={2000} />
          </p>
        )}
      </>
    );
  }
  return (
    <>
      <p className="reasons__sentence">{korean.sentence}</p>
      <p className="reasons__mend">
        {words.mend}: {korean.mend}
      </p>
      <p className="reasons__record">
        {words.record}:{' '}
        <span lang="en">
          <Told text={sentence} most={2000} /> {mend !== undefined && <Told text={mend} most={2000} />}
        </span>
      </p>
    </>
  );
}
