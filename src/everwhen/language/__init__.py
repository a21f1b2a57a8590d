"""What is known of languages: tokens, sentences, time expressions, vocabularies, grammars."""
