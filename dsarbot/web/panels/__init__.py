"""What the page of a case shows beside the conversation, a module for each panel."""
