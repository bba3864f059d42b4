import { dictionary } from '../../words/dictionary.ts';

export const mapWords = dictionary(
  {
    keys: 'Arrow keys move the map, + and − come nearer and go farther, 0 shows everything. What is drawn stands beside it in words.',
    choosing: 'Enter puts a place where the cross is.',
    nearer: 'Nearer',
    farther: 'Farther',
    whole: 'Show everything',
    under: {
      reading: 'Reading the map …',
      allIn: (country: string) => `all of it in ${country}`,
      in: (count: number, of: number, country: string) => `${count} of ${of} places in ${country}`,
      water: 'water',
      coarse: 'Borders and coasts of this map may be off by some hundred metres.',
    },
    source: 'Countries: Natural Earth, as they are held',
  },
  {
    keys: '화살표 키로 지도를 움직이고, +와 −로 확대·축소하며, 0으로 전체를 봅니다. 그려진 내용은 옆에 글로도 있습니다.',
    choosing: 'Enter를 누르면 십자 위치에 점을 놓습니다.',
    nearer: '확대',
    farther: '축소',
    whole: '전체 보기',
    under: {
      reading: '지도를 읽는 중 …',
      allIn: (country) => `전부 ${country} 안`,
      in: (count, of, country) => `${of}개 지점 중 ${count}개가 ${country}`,
      water: '수역',
      coarse: '이 지도의 국경과 해안선은 수백 미터 어긋날 수 있습니다.',
    },
    source: '국가: Natural Earth, 실효 지배 기준',
  },
);
