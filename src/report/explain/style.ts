/** What the page of an explanation adds to the style of every page. */
export const explainStyle = `
main > .stack { margin: 1.25rem 0; }
.methods { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(21rem, 100%), 1fr)); gap: 2rem 2.5rem; }
.methods p { font-size: .925rem; line-height: 1.5; margin-top: .6rem; } .methods p + p { color: var(--soft); }
.ramp { margin-top: .6rem; font-size: .85rem; color: var(--soft); }
.ramp i { display: block; height: .8rem; border-radius: 4px; border: 1px solid var(--line); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.ramp div { display: flex; justify-content: space-between; gap: 1rem; margin-top: .25rem; } .ramp span:last-child { text-align: right; }
.subjects { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.25rem 2.5rem; } .subjects.pairs { grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); }
.subjects h3 { margin-bottom: .6rem; } .subjects .maps + .maps { margin-top: 1.5rem; }
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13.5rem, 100%), 1fr)); gap: 1.5rem 1.25rem; align-items: start; }
.maps figure { min-width: 0; break-inside: avoid; }
.maps img { display: block; width: 100%; max-width: 32rem; height: auto; border-radius: 8px; background: var(--tint); } .maps img.sharp { image-rendering: pixelated; border-radius: 0; }
.maps figcaption { padding: 0; font-weight: 400; font-size: .875rem; line-height: 1.45; margin-top: .5rem; overflow-wrap: anywhere; }
.maps .remark { color: var(--warning); } .maps .path { margin-top: .1rem; }
`;
