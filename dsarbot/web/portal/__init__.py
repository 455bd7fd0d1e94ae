"""The portal: what people see who have no account here, behind links, codes and a form."""
