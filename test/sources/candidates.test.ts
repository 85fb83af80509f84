import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipReason } from '../../sources/candidates.ts'

const cases = {
  candidate: [
    'cats/a.jpg',
    'a',
    'IMG_0001.HEIC',
    'photo.jpg.html',
    'odd name .tiff',
    'readme.jpg',
    'license.png',
    'page.html',
    '…/ü.webp',
    'txt',
  ],
  sidecar: [
    'labels.csv',
    'a/b/meta.JSON',
    'LICENSE',
    'license.txt',
    'README.md',
    'voc/a.xml',
    'SHA256SUMS',
    'NOTICE',
  ],
  hidden: ['.git/config.png', 'a/.cache/b.jpg', '.hidden.jpg'],
  system_file: ['Thumbs.db', 'a/.DS_Store', '__MACOSX/a.jpg', 'a/._b.jpg', '@eaDir/a.jpg', 'desktop.ini'],
  folder_marker: ['photos/', 'a/b/'],
}

for (const [reason, keys] of Object.entries(cases))
  test(`${reason}: ${keys.slice(0, 3).join(', ')}, ...`, () => {
    for (const key of keys) assert.equal(skipReason(key) ?? 'candidate', reason, key)
  })
