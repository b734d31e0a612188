"""What everything here is drawn with: colours, letters, fine curves, and text fitted into a width."""
