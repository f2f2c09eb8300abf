/**
 * The tutorial's run as NumPy computed it in float64: every epoch's losses, the weights before and after,
 * the table the tutorial printed. Loaded, never recomputed here.
 */
import article from '../golden/article.json';

export const golden = article;

/** What the tutorial printed for epoch 50, to its eight digits. */
export const PUBLISHED = ['0.16773399', '0.14277980', '0.84060332', '0.82558171'];
