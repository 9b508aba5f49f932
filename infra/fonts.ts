import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const packages = resolve(import.meta.dirname, '../node_modules');

/** Where the packages keep the faces that documents are set in. All may be embedded and passed on (SIL Open Font License). */
const files = {
  'sans-regular': '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  'sans-bold': '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
  'arabic-regular': '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  'arabic-bold': '@expo-google-fonts/noto-sans-arabic/700Bold/NotoSansArabic_700Bold.ttf',
  'hebrew-regular': '@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
  'hebrew-bold': '@expo-google-fonts/noto-sans-hebrew/700Bold/NotoSansHebrew_700Bold.ttf',
  'chinese-regular': '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf',
  'japanese-regular': '@embedpdf/fonts-jp/fonts/NotoSansJP-Regular.otf',
  'korean-regular': '@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf',
} as const;

/** The licences that must travel with the faces. */
const licences = {
  'LICENSE-noto-sans.txt': '@expo-google-fonts/noto-sans/LICENSE_FONT',
  'LICENSE-noto-cjk.txt': '@embedpdf/fonts-sc/LICENSE',
} as const;

/** The file of a face in its package. */
export const fontFile = (name: keyof typeof files): string => join(packages, files[name]);

/** Lays every face with its licence into a folder. */
export const copyFonts = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of Object.entries(files)) copyFileSync(join(packages, file), join(folder, name));
  for (const [name, file] of Object.entries(licences)) copyFileSync(join(packages, file), join(folder, name));
};
