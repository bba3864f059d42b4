import { dictionary } from '../../words/dictionary.ts';

export const keyWords = dictionary(
  {
    title: 'Signing keys',
    lead: 'The verifier’s own keys, by what they sign. The next one is published and held ready; an old one stays published until what it signed has ended.',
    purposes: {
      ear: 'Attestation results',
      permit: 'Probe permits, which landmarks honour',
      grant: 'Grants, which license servers honour',
      status: 'Lists of the statuses of grants',
      report: 'Reports on licences',
      disclosure: 'What hosts prove, to be shown in part',
    },
    kid: 'Key',
    state: 'State',
    createdAt: 'Published since',
    activeFrom: 'Signs since',
    publishedUntil: 'Published until',
    states: {
      next: 'Held ready',
      pending: 'Its turn is set',
      signing: 'Signing',
      retired: 'Retired',
      gone: 'Gone',
      revoked: 'Given up',
    },
    old: (count: number) => `Earlier keys: ${count}`,
    rotate: 'Rotate …',
    rotateWhat:
      'The next key signs from now on, or as soon as it has been published for an hour. The old one stays published until what it signed has ended.',
    compromised: 'The key was stolen',
    compromisedHint:
      'Gives up every key of this purpose at once: nothing that they signed verifies any more.',
    done: 'The keys are rotated.',
  },
  {
    title: '서명 키',
    lead: '검증기 자신의 키를 서명 대상별로 표시합니다. 다음 키는 미리 공개되어 준비되어 있고, 이전 키는 서명한 것이 모두 끝날 때까지 공개됩니다.',
    purposes: {
      ear: '증명 결과',
      permit: '랜드마크가 인정하는 측정 허가',
      grant: '라이선스 서버가 인정하는 부여',
      status: '부여 상태 목록',
      report: '허가 보고서',
      disclosure: '일부만 공개하는 호스트 증명',
    },
    kid: '키',
    state: '상태',
    createdAt: '공개 시작',
    activeFrom: '서명 시작',
    publishedUntil: '공개 종료',
    states: {
      next: '준비됨',
      pending: '교체 예정',
      signing: '서명 중',
      retired: '퇴역',
      gone: '공개 종료',
      revoked: '폐기됨',
    },
    old: (count) => `이전 키: ${count}`,
    rotate: '교체 …',
    rotateWhat:
      '다음 키가 지금부터, 또는 공개된 지 한 시간이 되는 대로 서명합니다. 이전 키는 서명한 것이 모두 끝날 때까지 공개됩니다.',
    compromised: '키가 유출되었음',
    compromisedHint: '이 용도의 모든 키를 즉시 폐기합니다. 그 키로 서명된 것은 더 이상 검증되지 않습니다.',
    done: '키를 교체했습니다.',
  },
);
