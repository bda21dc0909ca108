/** Canada Post's letters, and the names: lower case, without accents; a space stands for a hyphen, too. */
export const PROVINCES: readonly { code: string; names: readonly string[] }[] = [
  { code: 'AB', names: ['alberta'] },
  { code: 'BC', names: ['british columbia', 'colombie britannique'] },
  { code: 'MB', names: ['manitoba'] },
  { code: 'NB', names: ['new brunswick', 'nouveau brunswick'] },
  { code: 'NL', names: ['newfoundland and labrador', 'newfoundland', 'terre neuve et labrador'] },
  { code: 'NS', names: ['nova scotia', 'nouvelle ecosse'] },
  { code: 'NT', names: ['northwest territories', 'territoires du nord ouest'] },
  { code: 'NU', names: ['nunavut'] },
  { code: 'ON', names: ['ontario'] },
  { code: 'PE', names: ['prince edward island', 'ile du prince edouard'] },
  { code: 'QC', names: ['quebec', 'pq'] },
  { code: 'SK', names: ['saskatchewan'] },
  { code: 'YT', names: ['yukon'] },
];
