"""Models behind a server of the OpenAI protocol: vLLM, llama.cpp, Ollama, `transformers serve`, hosted ones."""

from evalkit.models.openai.model import OpenAIModel

__all__ = ["OpenAIModel"]
