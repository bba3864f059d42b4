import { dictionary } from '../../words/dictionary.ts';

export const evidenceWords = dictionary(
  {
    title: 'Evidence',
    what: 'The answer as it was kept, what it weighed, its receipt, and of each host the appraisal and the evidence as it was received, in one archive with the SHA-256 of every file.',
    save: 'Save the evidence (tar)',
    saving: 'Gathering …',
    saved: (name: string) => `Saved as ${name}.`,
    files: 'Files in the archive',
    missing: 'This could not be handed out:',
  },
  {
    title: '증거',
    what: '보관된 답변, 검토한 내용, 영수증, 그리고 각 호스트의 평가와 받은 그대로의 증거를 모든 파일의 SHA-256과 함께 하나의 보관 파일로 저장합니다.',
    save: '증거 저장 (tar)',
    saving: '모으는 중 …',
    saved: (name) => `${name}(으)로 저장했습니다.`,
    files: '보관 파일의 내용',
    missing: '다음은 제공할 수 없었습니다:',
  },
);
