"""The recipe of the stick's image, one file a part: base, firmware, recond, initrd, boot loaders, the image itself."""
