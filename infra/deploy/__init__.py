"""What a deployment needs beside the program itself."""
